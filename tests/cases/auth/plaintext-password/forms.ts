export async function login(req: Request, res: Response) {
  const user = await User.findOne({ where: { email: req.body.email } });
  if (!user || req.body.password !== user.password) { // expect: auth/plaintext-password
    return res.sendStatus(401);
  }
  const rows = await users.findOne({ email: req.body.email, password: req.body.password });
  return res.json(await Account.findOne({ where: { password: req.body.password } })); // expect: auth/plaintext-password
}

// Nothing to see.
export function register(dto: RegisterDto) {
  if (dto.password !== dto.passwordConfirm) throw new Error();
  if (dto.password === "") throw new Error();
}

export async function verify(user: User, password: string) {
  return bcrypt.compare(password, user.password);
}
