import { createClient } from "redis";
import { Repository } from "typeorm";

const redis = createClient();

export class Users {
  constructor(private readonly users: Repository<User>) {}

  async rename(user: User) {
    await redis.del(`user:${user.id}`); // expect: cache/write-order
    await this.users.save(user);
  }

  async fine(user: User) {
    await this.users.save(user);
    await redis.del(`user:${user.id}`);
  }
}
