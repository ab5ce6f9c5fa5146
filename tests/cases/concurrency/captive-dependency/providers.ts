import { Inject, Injectable, Scope } from "@nestjs/common";
import { CONTEXT } from "@nestjs/graphql";
import { ContextIdFactory, ModuleRef, REQUEST } from "@nestjs/core";
import { Cron } from "@nestjs/schedule";
import { asClass, asFunction, asValue, createContainer, Lifetime } from "awilix";

@Injectable({ scope: Scope.REQUEST })
class Tenant {
  constructor(@Inject(REQUEST) private readonly request: Request) {}
}

@Injectable()
class Orders {
  constructor(
    private readonly prisma: PrismaService,
    private readonly tenant: Tenant, // expect: concurrency/captive-dependency (info)
  ) {}
}

@Injectable()
class Loader {
  constructor(@Inject(CONTEXT) private readonly context: Context) {} // expect: concurrency/captive-dependency (info)
}

@Injectable()
class Reports {
  constructor(private readonly tenant: Tenant) {} // expect: concurrency/captive-dependency (error)

  @Cron("0 3 * * *")
  async nightly() {
    await this.tenant.report();
  }
}

@Injectable()
class Later {
  constructor(private readonly modules: ModuleRef) {}

  async tenant() {
    return this.modules.resolve(Tenant, ContextIdFactory.create());
  }
}

@Injectable(options)
class Unknown {
  constructor(private readonly tenant: Tenant) {}
}

@Injectable({ scope: Scope.TRANSIENT })
class Log {
  constructor(@Inject("REQUEST") private readonly request: unknown) {}
}

class Mailer {
  constructor({ visitor, log }) {
    this.visitor = visitor;
  }
}

const makeReport = ({ visitor }) => new Report(visitor);

createContainer().register({
  visitor: asClass(Visitor, { lifetime: Lifetime.SCOPED }),
  log: asValue(console),
  mailer: asClass(Mailer).singleton(), // expect: concurrency/captive-dependency (error)
  report: asFunction(makeReport).singleton(), // expect: concurrency/captive-dependency (error)
  each: asFunction(makeReport).transient(),
});
