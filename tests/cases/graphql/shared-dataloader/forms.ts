import DataLoader from "dataloader";

export const orders = new DataLoader(load); // expect: graphql/shared-dataloader
export const plain = new DataLoader(load, { cache: false }); // expect: graphql/shared-dataloader (info)
export const context = () => ({ orders: new DataLoader(load) });
