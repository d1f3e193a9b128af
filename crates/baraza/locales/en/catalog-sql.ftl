# Questions in SQL: the console for everybody, and questions that are kept.

catalog-sql-title = Ask in SQL
catalog-sql-lead = Ask one question at a time over the tables you may read. Nothing can be changed here.
catalog-sql-question = SQL
catalog-sql-ask = Ask
catalog-sql-tables = { $n ->
    [one] { $n } table you may read
   *[other] { $n } tables you may read
}
catalog-sql-answer = Answer
catalog-sql-cut = Only the first rows are shown. Download the answer to have them all.
catalog-sql-keep = Keep this question
catalog-sql-keep-lead = It gets an address that stays, and remembers the versions of its tables. Only you see it until a data steward shows it to everybody.
catalog-sql-keep-sign-in = The address of this page can be shared as it is. Sign in to keep the question with an address that stays.
catalog-sql-field-title = Title
catalog-sql-field-about = What it shows, and how it is to be read
catalog-sql-saved = Questions that are kept
catalog-sql-saved-lead = Questions in SQL that somebody asked and kept, each with its data and a citation.
catalog-sql-saved-none = No question is kept here yet.
catalog-sql-saved-own = Only for you
catalog-sql-saved-on = Kept on { $date }
catalog-sql-n-saved = { $n ->
    [one] { $n } question asked of it
   *[other] { $n } questions asked of it
}
catalog-sql-of = Asked of
catalog-sql-source = { $table }, version { $version }
catalog-sql-then = Answer with the data it was asked of
catalog-sql-now = Answer with today’s data
catalog-sql-see-then = See the answer with the data it was asked of
catalog-sql-see-now = See the answer with today’s data
catalog-sql-edit = Change it and ask again
catalog-sql-cite = How to cite it
catalog-sql-cite-text = { $publisher }: { $title }. Question in SQL, { $date }. { $address }. Data: { $tables }. Read on { $today }.
catalog-sql-show = Show it to everybody
catalog-sql-hide = Hide it from everybody else
catalog-sql-delete = Throw it away
problem-catalog-sql-title-missing = Enter a title.
problem-catalog-sql-enough = You kept very many questions today. Come back tomorrow.
problem-catalog-sql-unknown = There is no kept question “{ $code }”, or it is not for everybody.
