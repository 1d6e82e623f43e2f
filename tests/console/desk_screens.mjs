#!/usr/bin/env node
// The agent desk's screens in every state, and that all of it is done by keyboard.
import { agent, done, House, ok } from "../e2e/house.mjs";
import { Chromium } from "./chromium.mjs";
import { deskScenes } from "./scenes.mjs";
import { screens } from "./screens.mjs";

const house = await new House("desk_screens", { agents: [{ user: agent(1), name: "ada", behaviour: "answers" }] }).open();
const chromium = await Chromium.open(house);
await screens(chromium, "desk", deskScenes(), ".desk, .history table, .one-contact h3, .empty");
ok(chromium.faults.length === 0, "no page complained on its console", chromium.faults);
await chromium.close();
await house.close();
done();
