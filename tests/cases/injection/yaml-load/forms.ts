import yaml, { DEFAULT_FULL_SCHEMA } from "js-yaml";

yaml.load(text, { schema: yaml.DEFAULT_FULL_SCHEMA }); // expect: injection/yaml-load
yaml.load(text, { filename, schema: DEFAULT_FULL_SCHEMA }); // expect: injection/yaml-load

// Nothing to see.
yaml.load(text, { schema: yaml.JSON_SCHEMA });
