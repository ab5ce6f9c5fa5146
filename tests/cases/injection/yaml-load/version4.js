const yaml = require("js-yaml");

exports.settings = (text) => yaml.load(text);
