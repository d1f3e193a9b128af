# Evidence: promises, and what ties records together.

problem-evidence-promise-missing = Write what is promised.
problem-evidence-owner-missing = Say which unit keeps the promise.
problem-evidence-due-past = Give a date that is not before the day the promise is made.
problem-evidence-why-missing = Say what was done, or why not.
problem-evidence-commitment-settled = This promise was kept or broken off already.
problem-evidence-commitment-unknown = There is no commitment with the code { $code }.
