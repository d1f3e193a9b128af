# Action plans: what agencies do about an indicator.

problem-indicators-plans-agency = Choose an organisation that you act for.
problem-indicators-plans-indicator = Choose the indicator that the plan is about.
problem-indicators-plans-title = Give the plan a title.
problem-indicators-plans-kind = Say whether it is a step, a digital strategy or a policy reform.
problem-indicators-plans-unknown = There is no action plan { $code }.

indicators-plans-title = Action plans
indicators-plans-lead = What agencies will do about a number. Each step is a promise with a date; a plan is late while one of its steps is.
indicators-plans-none = There is no action plan yet.
indicators-plans-method = Every plan names two digital strategies and one policy reform at least. A plan is red while a step is late, yellow when one is due within thirty days, blue when all are settled, and else green. Nobody sets these lights by hand.
indicators-plans-plan = Action plan
indicators-plans-agency = Organisation
indicators-plans-begun = Begun
indicators-plans-standing = How it stands
indicators-plans-counts = { $kept } of { $all } steps kept, { $open } open, { $late } late, { $broken } broken off
indicators-plans-no-steps = It has no steps yet.
indicators-plans-missing-strategies = { $n ->
    [one] The plan has still to name a digital strategy.
   *[other] The plan has still to name { $n } digital strategies.
}
indicators-plans-missing-reform = The plan has still to name a policy reform.
indicators-plans-steps = Steps
indicators-plans-step = Step
indicators-plans-kind = What it is
indicators-plans-kind-step = Step
indicators-plans-kind-digital-strategy = Digital strategy
indicators-plans-kind-policy-reform = Policy reform
indicators-plans-budget = Line of the budget
indicators-plans-budget-hint = The code or name by which the budget calls it. Leave it empty where it costs nothing.
indicators-plans-desk = Plans and notes
indicators-plans-desk-lead = The action plans of your organisations. What is planned is public at once, and each step is a promise of the organisation.
indicators-plans-begin = Begin a plan
indicators-plans-heading = Title
indicators-plans-about = What is wrong, and what is to change (optional)
indicators-plans-about-hint = Everybody can read it.
indicators-plans-public = All action plans
indicators-plans-public-one = The page that everybody sees
indicators-plans-add = Add a step
indicators-plans-promise = What will be done
indicators-plans-promise-hint = Say what can be seen once it is done. Everybody can read it.
indicators-plans-settle = Dates are moved and steps settled on the page of the promise:
