import axios from "axios";

export async function load(ids: string[], userService: string) {
  await Promise.all(ids.map((id) => axios.get(`${userService}/users/${id}`, { timeout: 1000 }))); // expect: architecture/chatty-service-calls

  // Nothing to see.
  for (const id of ids) {
    await axios.post(`${userService}/users/${id}`, {}, { timeout: 1000 });
  }
  for (let attempt = 0; attempt < 5; attempt++) {
    await axios.get(`${userService}/health?try=${attempt}`, { timeout: 1000 });
  }
}
