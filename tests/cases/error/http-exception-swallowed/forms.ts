import { Injectable, InternalServerErrorException, NotFoundException } from "@nestjs/common";

@Injectable()
export class Orders {
  async find(id: string) {
    try {
      if (!id) throw new NotFoundException();
      return await this.load(id);
    } catch (error) { // expect: error/http-exception-swallowed
      throw new InternalServerErrorException(error);
    }
  }

  // Nothing to see.
  async fine(id: string) {
    try {
      if (!id) throw new NotFoundException();
      return await this.load(id);
    } catch (error) {
      if (error instanceof NotFoundException) throw error;
      throw new InternalServerErrorException();
    }
  }
}
