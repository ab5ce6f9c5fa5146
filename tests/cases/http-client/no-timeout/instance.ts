import axios from "axios";

const rates = axios.create({ baseURL: url, timeout: 5000 });
rates.get("/eur");
const other = axios.create({ baseURL: url });
other.defaults.timeout = 5000;
