// expect: test/no-assertion (warning)
it("adds", () => {
  const order = create();
  total(order);
});

// expect: test/no-assertion (warning)
test("true", () => {
  expect(true).toBe(true);
});

it("is loose", async () => {
  expect(total(order)); // expect: test/no-assertion (error)
  expect(load()).resolves.toBe(3); // expect: test/no-assertion (error)
  expect(load()).rejects.toThrow(); // expect: test/no-assertion (error)
  expect(total(order)).toBe(3);
});

// Nothing to see.
it("waits", async () => {
  await expect(load()).resolves.toBe(3);
  return expect(load()).rejects.toThrow();
});

it("asks", async () => {
  const answer = await request(app).get("/");
  assert.equal(answer.status, 200);
});

it("is not written");
