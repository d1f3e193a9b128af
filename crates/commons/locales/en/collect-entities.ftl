# Entities: lists of things that forms add and change.

problem-collect-entity-form-malformed = The form cannot make entities: { $detail }
problem-collect-list-unknown = There is no entity list “{ $list }” in this project. Check its name.
problem-collect-list-name-malformed = “{ $name }” cannot name an entity list. Begin with a letter or “_”, then use letters, digits, “_” or “-”.
problem-collect-list-exists = This project has an entity list “{ $name }” already.
problem-collect-list-similar = The entity list “{ $current }” is called “{ $provided }” here, with other capitals. Write it the same way.
problem-collect-list-in-use = The entity list “{ $list }” cannot be deleted, because the form “{ $form }” uses it. Publish the form without it first.
problem-collect-list-pending =
    { $count ->
        [one] One submission waits for approval. Say whether it makes its entities now.
       *[other] { $count } submissions wait for approval. Say whether they make their entities now.
    }
problem-collect-property-name-malformed = “{ $name }” cannot name a property. Begin with a letter or “_”; “name”, “label” and names that begin with “__” are taken.
problem-collect-property-exists = The list has a property “{ $name }” already.
problem-collect-property-similar = The property “{ $current }” is called “{ $provided }” here, with other capitals. Write it the same way.
problem-collect-property-unknown = The list has no property “{ $name }”.
problem-collect-property-in-use = The property “{ $name }” cannot be deleted, because a form saves to it or entities have a value there.
problem-collect-entity-unknown = There is no such entity in this list, or it is out of your reach.
problem-collect-entity-deleted = The entity { $uuid } was deleted. Restore it first.
problem-collect-entity-version-unknown = The entity { $uuid } has no version { $version }. Get the list anew and make the change again.
problem-collect-entity-exists = The list has an entity { $uuid } already.
problem-collect-entity-id-spent = The id { $uuid } belongs to an entity that was deleted. Restore that one, or use a fresh id.
problem-collect-entity-stale = The entity is in version { $current } now, and your change was made from version { $provided }. Look at it again, then make your change.
problem-collect-entity-no-conflict = The entity has no conflict that could be resolved.
problem-collect-entity-malformed = The change says nothing. Give a label or data.
problem-collect-entity-property-unknown = The list has no property “{ $property }”. Add it to the list first.
problem-collect-entity-fields-unexpected = An entity is given by “uuid”, “label”, “data” and “parent”; “{ $name }” is not known.
problem-collect-entity-field-missing = “{ $field }” is missing.
problem-collect-entity-field-mistyped = “{ $field }” is not a valid { $expected }.
problem-collect-entity-action-forbidden = The submission asks to { $action } an entity, which its form does not declare. Publish the form again with that action.
problem-collect-entity-filter-malformed = The condition cannot be used: { $detail }
problem-collect-entity-parent-circular = An entity cannot belong to itself or to one of its own children.
problem-collect-entities-too-many = That are too many entities at once. Send at most { $most } at a time.

collect-entities-conflict-soft = Changed from two sides
collect-entities-conflict-hard = Changed to different values

# Desk pages.
collect-entities-caption = Entities
collect-entities-lists = Entity lists
collect-entities-lists-lead = Things that forms add and change again and again: households and their members, wells, trees.
collect-entities-no-lists = There is no entity list yet. A form that declares entities makes its list when it is published.
collect-entities-list = List
collect-entities-n = Entities
collect-entities-n-conflicts = In conflict
collect-entities-show = Show
collect-entities-present = All
collect-entities-in-conflict = In conflict
collect-entities-deleted = Deleted
collect-entities-none = There are no such entities within your reach.
collect-entities-label = Label
collect-entities-parent = Belongs to
collect-entities-parent-list = Its entities belong to
collect-entities-parent-awaited = Something that is not here yet
collect-entities-conflict = Conflict
collect-entities-changed = Changed
collect-entities-made = Made
collect-entities-deleted-at = Deleted
collect-entities-properties = Properties
collect-entities-no-properties = The list has no properties yet.
collect-entities-property = Property
collect-entities-class = Tells of a person
collect-entities-personal = Yes
collect-entities-impersonal = No
collect-entities-which-personal = Which properties tell of a person?
collect-entities-which-personal-hint = These are never published. If you are not sure, tick it.
collect-entities-writers = Forms that write it
collect-entities-readers = Forms that offer it
collect-entities-rules = Rules
collect-entities-rules-legend = What holds for this list?
collect-entities-needs-approval = A submission makes an entity only when it is approved
collect-entities-needs-approval-hint = Changes of entities that are there need no approval.
collect-entities-own-only = Enumerators see only the entities they made
collect-entities-own-only-hint = Those who keep the list see all.
collect-entities-placed = Its entities lie in places
collect-entities-placed-hint = Enumerators are offered only those of their places; one without a place only to those who work everywhere.
collect-entities-waiting = What becomes of submissions that wait for approval?
collect-entities-waiting-hint = Only when approval is not needed any more.
collect-entities-waiting-leave = They go on waiting
collect-entities-waiting-convert = They make their entities now
collect-entities-is-deleted = This entity was deleted. Forms do not offer it any more.
collect-entities-id = Id
collect-entities-known = What is known
collect-entities-children = What belongs to it
collect-entities-history = History
collect-entities-when = When
collect-entities-from = From
collect-entities-what = What changed
collect-entities-by-desk = The desk
collect-entities-by-upload = An uploaded list
collect-entities-by-program = A program
collect-entities-by-erased = A submission that was erased
collect-entities-resolved = Resolved
collect-entities-conflict-lead = It was changed from two sides, and nobody knew of the other. Look at what each said, then say what holds.
collect-entities-side-by-side = What each version said
collect-entities-version-of = Version { $n }, { $when }
collect-entities-as-now = as it is now
collect-entities-as-in = as version { $n } says
collect-entities-blank = (blank)
collect-entities-resolve = This is what holds
collect-entities-restore = Restore
collect-entities-delete = Delete
collect-entities-delete-lead =
    { $n ->
        [0] Forms will not offer it any more. You can restore it at any time.
        [one] Forms will not offer it any more. One entity that belongs to it stays. You can restore it at any time.
       *[other] Forms will not offer it any more. { $n } entities that belong to it stay. You can restore it at any time.
    }
collect-entities-older = Older entities
collect-entities-version = Version
collect-entities-open = Submissions that made nothing, or not yet
collect-entities-submission = Submission
collect-entities-why = Why
collect-entities-held = It waits for an earlier change of the same phone, five days at most.
collect-entities-awaits-approval = It waits until somebody approves it.
