import axios from "axios";
import got from "got";
import http from "node:http";

axios.get(url); // expect: http-client/no-timeout
axios.post(url, body); // expect: http-client/no-timeout
axios({ url, method: "get" }); // expect: http-client/no-timeout
axios.get(url, { timeout: 0 }); // expect: http-client/no-timeout
axios.create({ baseURL: url }); // expect: http-client/no-timeout
got(`https://example.org/${id}`); // expect: http-client/no-timeout (info)
fetch(url); // expect: http-client/no-timeout (info)
http.request({ host: "example.org" }); // expect: http-client/no-timeout

// Nothing to see.
axios.get(url, { timeout: 5000 });
axios.get(url, { signal });
axios.get(url, options);
axios.post(url, body, { ...options });
axios({ url, timeout: 5000 });
got(url, { timeout: { request: 5000 } });
fetch(url, { signal: AbortSignal.timeout(5000) });
fetch(url, options);
fetch("/api/orders");
fetch(`/api/orders/${id}`);
