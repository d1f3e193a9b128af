# Reviews, comments, edits and drafts of forms: Central's API and the desk.

problem-collect-submission-exists = A submission with this instance ID is here already. Send a correction of it with PUT, or give the new one another ID.
problem-collect-submission-deleted = This submission was thrown away. Put it back from the trash, or give the new one another instance ID.
problem-collect-edit-of-nothing = These answers do not say what they correct. Name the instance ID of the newest version in deprecatedID.
problem-collect-edit-outdated = What you corrected ({ $instance }) is no longer the newest version. Get the newest one and correct that.
problem-collect-instance-taken = The instance ID { $instance } is taken. Give the correction an ID of its own.
problem-collect-draft-access = This draft cannot be tried out any more: it was published or deleted, or the address is not complete. Get the form anew from your office.
problem-collect-form-only-draft = The form “{ $form }” was never published, so its draft cannot be deleted. Delete the form, or upload another draft.
problem-collect-form-id-ending = The form’s ID “{ $form }” cannot end in .xls, .xlsx or .xml. Give it another ID in the settings sheet, or rename the file.
problem-collect-review-unknown = “{ $state }” is no review state. Give received, edited, hasIssues, approved or rejected.
problem-collect-comment-missing = Write a comment
problem-collect-form-not-open = The form “{ $form }” takes no more answers, so they cannot be corrected in the browser. Open the form first.
problem-collect-form-state-unknown = “{ $state }” is no state of a form. Give open, closing or closed.
problem-collect-file-not-named = The answers name no file “{ $file }”. Check the file’s name.

# The desk page of a submission.
collect-central-closing = Takes answers of those who have it, and nobody gets it any more
collect-central-state = Review
collect-central-state-received = Not looked at yet
collect-central-state-edited = Edited, to be looked at again
collect-central-state-hasIssues = Has issues
collect-central-state-approved = Approved
collect-central-state-rejected = Rejected
collect-central-nobody = Nobody who is known
collect-central-n-edits = Times it was edited
collect-central-correct = Correct the answers
collect-central-edits = What edits changed
collect-central-edit-of = { $when }, { $who }, form version { $version }
collect-central-nothing-changed = no answer changed
collect-central-before = Before
collect-central-after = After
collect-central-review = Review and comments
collect-central-worth = What do you think of it?
collect-central-worth-hint = The answers of a rejected submission are kept, but they count nowhere.
collect-central-comment = Comment (optional)
collect-central-comment-hint = Everybody who may read the submission sees it.
collect-central-throw-away = Throw this submission away
collect-central-throw-away-lead = It goes to the trash with its edits, and its answers count nowhere. It can be put back.
collect-central-throw-away-yes = Throw away
collect-central-trash = Submissions in the trash
collect-central-trash-lead = These were thrown away. They count nowhere, and can be put back.
collect-central-trash-empty = The trash is empty.
collect-central-thrown-away = Thrown away
collect-central-put-back = Put back
