import { Entity } from "typeorm"; // expect: architecture/layer-violation
import express from "express"; // expect: architecture/layer-violation
import { Client } from "../../infrastructure/client"; // expect: architecture/layer-violation
import type { Request } from "express";
import { Money } from "./money";
import { Clock } from "../ports/clock";
import lodash from "lodash";

export const order = { Entity, express, Client, Money, Clock, lodash };
