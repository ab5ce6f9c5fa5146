import Joi from "joi";
import { z } from "zod";

const schema = z.object({});
const joiSchema = Joi.object({});

export function create(body: unknown) {
  schema.safeParse(body); // expect: validation/annotation-not-triggered
  joiSchema.validate(body); // expect: validation/annotation-not-triggered

  // Nothing to see.
  const result = schema.safeParse(body);
  const { error } = joiSchema.validate(body);
  if (!schema.safeParse(body).success) throw new Error("no");
  schema.parse(body);
  return { result, error };
}
