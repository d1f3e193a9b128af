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
problem-collect-entity-parent-circular = An entity cannot belong to itself or to one of its own children.
problem-collect-entities-too-many = That are too many entities at once. Send at most { $most } at a time.

collect-entities-conflict-soft = Changed from two sides
collect-entities-conflict-hard = Changed to different values
