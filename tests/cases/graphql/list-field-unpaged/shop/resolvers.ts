import { Args, Int, Mutation, Query, ResolveField, Resolver } from "@nestjs/graphql";

@Resolver(() => Order)
export class OrderResolver {
  @Query(() => [Order], { name: "orders", description: "All of them" })
  async getOrders(@CurrentUser() user: User) { // expect: graphql/list-field-unpaged
    return this.orders.of(user);
  }

  @Query(() => [Order])
  found(@Args("search") search: string) { // expect: graphql/list-field-unpaged
    return this.orders.find(search);
  }

  @Query(() => [Order])
  byIds(@Args("ids", { type: () => [Int] }) ids: number[]) {
    return this.orders.byIds(ids);
  }

  @Query(() => [Order])
  page(@Args() { skip, take }: OrdersArgs) {
    return this.orders.page(skip, take);
  }

  @Query(() => [Order])
  newest() {
    return this.orders.find({ limit: 10 });
  }

  @Query(() => [Status], { name: "statuses" })
  getAll() {
    return this.orders.statuses();
  }

  @Query(() => Order)
  one(@Args("id") id: string) {
    return this.orders.one(id);
  }

  @Mutation(() => [Order])
  closeAll() {
    return this.orders.closeAll();
  }

  @ResolveField(() => [Item])
  items() {
    return this.orders.items();
  }
}
