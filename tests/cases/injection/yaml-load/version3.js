const yaml = require("js-yaml");

exports.settings = (text) => yaml.safeLoad(text);
exports.anything = (text) => yaml.load(text); // expect: injection/yaml-load
exports.plain = (text) => yaml.load(text, { schema: yaml.JSON_SCHEMA });
