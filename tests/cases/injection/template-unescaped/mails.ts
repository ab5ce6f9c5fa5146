import Handlebars from "handlebars";

export const mail = {
  subject: Handlebars.compile(source.subject, { noEscape: true }),
  text: Handlebars.compile(source.text, { noEscape: true }),
  html: Handlebars.compile(source.html, { noEscape: true }), // expect: injection/template-unescaped
};
export const safe = Handlebars.compile(source.html);
