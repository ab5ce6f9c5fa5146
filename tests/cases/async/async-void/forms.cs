public class Orders : IOrders
{
    private async void Confirm(Order order) // expect: async/async-void
    {
        await mailer.SendAsync(order.Email);
    }

    public async void Start() // expect: async/async-void (warning)
    {
        await mailer.SendAsync(owner);
    }

    // Nothing to see.
    private async void SaveClicked(object sender, EventArgs e) => await SaveAsync();
    protected override async void OnStart() => await SaveAsync();
    public Orders() { timer.Elapsed += Tick; }
    private async void Tick() => await SaveAsync();
    private async Task Load() => await SaveAsync();
    private void Plain() => Save();
}
