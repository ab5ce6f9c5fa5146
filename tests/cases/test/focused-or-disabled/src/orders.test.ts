describe.only("orders", () => { // expect: test/focused-or-disabled
  it.only("adds up", () => { // expect: test/focused-or-disabled
    expect(total([1, 2])).toBe(3);
  });
  fit("rounds", () => { // expect: test/focused-or-disabled
    expect(round(1.2)).toBe(1);
  });
  it("is paid", () => {
    fit(model);
    expect(isPaid({})).toBe(false);
  });
  it.skip("waits for the bank", () => {
    expect(wait()).toBe(true);
  });
});
