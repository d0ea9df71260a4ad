// The frame's script on every page.  Words stand in the templates (`<template data-notice>`), never here.
import htmx from "htmx.org";

import { startCounts } from "./counts.js";
import { startDialogs } from "./dialogs.js";
import { startFactors } from "./factors.js";
import { startForms } from "./forms.js";
import { startGlossary } from "./glossary.js";
import { startKeys } from "./keys.js";
import { startLogin } from "./login.js";
import { startMenus } from "./menus.js";
import { startSession } from "./session.js";
import { startToasts } from "./toasts.js";

// Nothing here needs eval, inline styles or scripts inside answers: the content security policy forbids all three.
htmx.config.allowEval = false;
htmx.config.allowScriptTags = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
// Conflicts (409) and refused input (422) come with what to show; log-in (401) is handled by session.js.
htmx.config.responseHandling = [
  { code: "204", swap: false },
  { code: "[23]..", swap: true },
  { code: "409|422", swap: true, error: false },
  { code: "[45]..", swap: false, error: true },
];

// Pages with a script of their own may need it.
window.htmx = htmx;

startSession();
startForms();
startMenus();
startDialogs();
startToasts();
startKeys();
startGlossary();
startLogin();
startFactors();
startCounts();
