// Where other engines differ from ours, and why ours does what it does. An entry matches by engine, kind of difference, form and path,
// and by what `when` says of the difference.

const holds = (text, pattern) => pattern.test(text ?? "");
const def = ({ program, path }) => {
  const names = path.replace(/\[\d+\]/g, "").split("/").slice(1);
  let at;
  for (const name of names) at = program.defs.findIndex((d) => d.name === name && !d.attribute && d.parent === at);
  return program.defs[at] ?? {};
};
const inCountedRepeat = ({ program, path }) => {
  const steps = path.split("/").slice(1);
  return steps.some((step, i) => holds(step, /\]$/) && def({ program, path: `/${steps.slice(0, i + 1).join("/")}` }).repeat?.count !== undefined);
};

export const known = [
  // What a form must be for another engine to open it.
  { engine: "javarosa", kind: "error", form: /^census\.xml$/, reason: "JavaRosa refuses a running total over the entries of a repeat as a circle; ours settles it" },
  { form: /^functions\.xml$/, reason: "made to call everything our two engines have, axes and formats that the others lack among them" },
  { engine: "javarosa", kind: "error", when: (d) => holds(d.theirs, /cannot handle function 'pulldata'/), reason: "pulldata() is Collect's, not JavaRosa's" },
  { engine: "javarosa", kind: "error", form: /^(body-before-model|internal_empty_select|event-odk-new-repeat-model|setgeopoint-action-bad-namespace|nigeria_wards_external_combined)\.xml$/, reason: "made so that JavaRosa refuses it; ours is more patient" },
  { engine: "javarosa", kind: "error", form: /^eIMCI-by-D-Tree\.xml$/, reason: "preloads a property that the validator's stand-in for a phone does not have" },
  { engine: "webforms", kind: "error", when: (d) => holds(d.theirs, /xf:model|\.\/\*\[@id\]/), reason: "Web Forms wants the XForms namespace on every element; JavaRosa and ours do not mind" },
  { engine: "webforms", kind: "error", form: /^(eIMCI-by-D-Tree|sms_form|event-odk-new-repeat-model)\.xml$/, reason: "older forms that Web Forms does not open" },
  { kind: "error", when: (d) => holds(d.theirs, /takes too long/), reason: "a count that feeds itself adds entries without end elsewhere; ours waits for the answer it hangs on" },

  // Choices.
  { kind: "offers", when: (d) => holds(JSON.stringify(d.program.body), /"randomize",\["\/",\["i",\d+\],"root","item"\]\]/), reason: "shuffled without a seed: by chance" },
  { engine: "javarosa", kind: "offers", form: /^(case_insensitivity|choice_name_as_type|select_one_external)\./, reason: "a select_one_external is an input to JavaRosa; Collect looks its choices up by itself" },
  { form: /^search\./, reason: "search() in an appearance is Collect's own: it looks rows up in a file where the others offer the row that says which columns" },
  { engine: "javarosa", form: /^external-select-csv\.xml$/, reason: "JavaRosa reads this CSV file as having one column, as the form's author tests" },

  { engine: "webforms", form: /^(or_other|nigeria_wards_external_combined|external-select-xml|external-select-xml-dummy-nodes|external-select-csv)\./, reason: "a column that a row does not have is blank to JavaRosa and ours, and equal to nothing in Web Forms" },

  // What a form fills in.
  { engine: "webforms", kind: "presence", path: /\/meta(\/instanceID)?$/, when: (d) => !d.ours, reason: "Web Forms adds the id to forms that have no place for one" },
  { kind: "value", path: /\/instanceID$/, when: (d) => d.theirs === "" && def(d).preload === undefined && def(d).calculate === undefined, reason: "every filling of ours has an id, whether or not the form asks for one" },
  { kind: "value", when: (d) => def(d).preload !== undefined && (d.theirs === "" || d.ours === ""), reason: "times and properties of the phone are filled in at different moments" },
  { engine: "javarosa", kind: "value", when: (d) => d.theirs === "no client implementation", reason: "a position in the background is the phone's to take" },
  { kind: "value", form: /^calculate-now\.xml$/, reason: "date() of a date-time has no time of day (ODK XForms); the others keep that of a text, though not that of now()" },
  { engine: "javarosa", kind: "value", form: /^countNonEmptyForm\.xml$/, reason: "JavaRosa does not count again what stands in a group inside a repeat when an entry comes or goes" },

  { kind: "value", form: /^liberiaCoverage/, when: (d) => /^\/data\/(child|cname)$|\/randomStart\d$/.test(d.path), reason: "a child or a starting house drawn by lot" },
  { engine: "webforms", kind: "value", form: /^child_vaccination/, when: (d) => d.theirs === "" && d.ours === "0", reason: "a sum leaves blanks out, as in JavaRosa; in Web Forms one blank makes it not a number" },

  // Repeats.
  { when: inCountedRepeat, kind: "presence", reason: "a blank count is 0 here; elsewhere an entry stays until the count is known, or comes only when one arrives at it" },
];
