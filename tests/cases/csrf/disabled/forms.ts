import csurf from "csurf";

csurf({ ignoreMethods: ["GET", "POST"] }); // expect: csrf/disabled
csurf({ ignoreMethods: ["GET", "HEAD", "OPTIONS"] });
csurf({ cookie: true });
