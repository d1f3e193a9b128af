# Tasks that meetings of villages give to facilitators.

facilitators-task-village-absent = Nobody of the group “{ $group }” came to “{ $meeting }” in { $place } on { $on }. Ask them where they are what they would have said.
