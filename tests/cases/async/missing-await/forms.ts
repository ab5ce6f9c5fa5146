import { PrismaClient } from "@prisma/client";
import { Repository } from "typeorm";
import { promises as fs } from "fs";

const prisma = new PrismaClient();

export class Users {
  constructor(private readonly users: Repository<User>) {}

  async rename(user: User) {
    this.users.save(user); // expect: async/missing-await
    prisma.user.delete({ where: { id: user.id } }); // expect: async/missing-await
    fs.writeFile("a", "b"); // expect: async/missing-await
    if (this.isTaken(user)) return; // expect: async/missing-await
    await this.users.save(user);
  }

  async isTaken(user: User) {
    return (await this.users.count()) > 0;
  }

  log(user: User) {
    prisma.log.create({ data: user }); // expect: async/missing-await
  }

  // Nothing to see.
  async fine(user: User) {
    await this.users.save(user);
    void this.users.save(user);
    this.users.save(user).catch(report);
    await Promise.all([this.users.save(user), prisma.log.create({ data: user })]);
    const pending = this.users.save(user);
    this.isTaken(user);
    if (await this.isTaken(user)) return pending;
    return this.users.save(user);
  }

  create(user: User) {
    return prisma.log.create({ data: user });
  }
}
