# Tasks that score cards give to facilitators.

facilitators-task-next-round = Plan round { $n } of the score card of { $facility }: it is due.
