from strawberry.dataloader import DataLoader

orders = DataLoader(load_fn=load)  # expect: graphql/shared-dataloader
plain = DataLoader(load_fn=load, cache=False)  # expect: graphql/shared-dataloader (info)


def context():
    return DataLoader(load_fn=load)
