# What went wrong, and what to do. `problem-{code}`; the codes are stable and documented.

trouble-title-not-found = Page not found
trouble-title-not-allowed = You cannot open this page
trouble-title-ours = Sorry, something went wrong
trouble-title-yours = Check what you sent
trouble-go-home = Go to the home page
trouble-reference = If you ask for help, give this reference: { $code } { $request }

problem-internal = Something went wrong on our side. Nothing you did is lost. Try again in a few minutes.
problem-busy = The service is very busy. Try again in a minute.
problem-storage-full = The disk of the service is full, so this could not be kept. What was confirmed before is safe. Tell the operator, then send it again.
problem-page-unknown = There is nothing at this address. Check it, or search from the home page.
problem-file-gone = This file is not here any more.
problem-method-not-allowed = This address does not take requests of this kind. See the documentation for those it takes.
problem-request-malformed = The request could not be read. Go back, check the form and send it again.
problem-request-too-large = What you sent is too large for this page. Send shorter texts, or smaller or fewer files.
problem-upload-too-large = The file is larger than { $most } MB. Make it smaller or split it, then send it again.
problem-json-malformed = The JSON in the request could not be read.
problem-dataset-changed-meanwhile = Somebody else is changing this dataset. Try again in a moment.
problem-cross-site = This form was sent from another site, so it was not accepted. Open the page here and send it again.
problem-sign-in-needed = Sign in to open this page.
problem-not-allowed = Your account does not have the right to do this. Ask your administrator.
problem-token-unknown = This token is not valid: it may have expired or been withdrawn. Ask for a new one.
problem-job-unknown = There is no failed job with this number.
problem-fields = Check the fields that are marked.
problem-role-unknown = “{ $role }” is not a role. Use citizen, enumerator, facilitator, officer, producer, steward, leader, auditor or admin.
problem-role-needs-place = The role { $role } needs a place: write { $role }@CODE.
problem-took-too-long = That took too long. Try again, or ask for less at once.
problem-too-many-requests = There were too many requests from your address. Wait ten seconds, then try again.
problem-role-place-unknown = There is no place with the code “{ $code }”. Did you mean { $nearest } ({ $name })?
problem-role-no-places = There is no place with the code “{ $code }”, because no list of places has been imported yet. Import one first.
problem-phone-malformed = Enter a telephone number, like 0812 3456 7890 or +62 812 3456 7890.
problem-gateway-unknown = This address is for message gateways. Ask the operator to add yours to channel_sources.
problem-typeset-missing = PDFs cannot be made here: the program baraza-typeset is not installed beside baraza. The page shows the same; whoever runs this installation puts baraza-typeset beside baraza, or names it with BARAZA_TYPESET.
