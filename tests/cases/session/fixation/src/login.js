exports.login = async (req, res) => {
  const user = await check(req.body.name, req.body.password);
  req.session.userId = user.id; // expect: session/fixation
  res.redirect("/");
};

exports.signIn = async (req, res, next) => {
  const user = await check(req.body.name, req.body.password);
  req.session.regenerate((error) => {
    if (error) return next(error);
    req.session.userId = user.id;
    res.redirect("/");
  });
};

exports.logout = (req, res) => {
  req.session.userId = null;
  res.redirect("/");
};

exports.rename = (req, res) => {
  req.session.username = "x";
  res.redirect("/");
};
