import axios from "axios";

axios.defaults.timeout = 5000;
axios.get(url);
