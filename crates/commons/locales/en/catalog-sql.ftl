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
catalog-sql-cut = There are more. Download the answer to have them all.
catalog-sql-first-rows = { $n ->
    [one] The first { $n } row
   *[other] The first { $n } rows
}
catalog-sql-drawn = { $what } by { $by }
catalog-sql-drawn-below = The same numbers stand in the table below.
catalog-sql-engine = In the engine’s own words: { $words }
catalog-sql-no-tables = There is no table yet that you may read. As soon as data are published, their tables can be asked here.
catalog-sql-example = Begin with an example: the first ten rows of { $table }
catalog-sql-keep = Keep this question
catalog-sql-keep-lead = It gets an address that stays, and remembers the versions of its tables. Only you see it until a data steward shows it to everybody.
catalog-sql-keep-share = The address of this page can be shared as it is.
catalog-sql-keep-sign-in = Sign in to keep the question with an address that stays
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
catalog-sql-cite-later = Nobody else can open this address yet. To have it shown to everybody and cited, send the address to the data steward of the tables it reads.
catalog-sql-cite-share = Until then, share the address of the question itself
catalog-sql-cite-text = { $publisher }: { $title }. Question in SQL, { $date }. { $address }. Data: { $tables }. Read on { $today }.
catalog-sql-show = Show it to everybody
catalog-sql-hide = Hide it from everybody else
catalog-sql-delete = Throw it away
catalog-sql-sure = Yes, delete it. It cannot be brought back.
problem-catalog-sql-title-missing = Enter a title.
problem-catalog-sql-closed = Not everybody may read all tables that this question reads, so it cannot be shown to everybody.
problem-catalog-sql-unsure = Tick the box if you really want to delete it.
problem-catalog-sql-table-unknown = There is no table “{ $table }” that you may read. Choose one from the list.
problem-catalog-sql-column-unknown = There is no column “{ $column }”. The list of tables names their columns.
problem-catalog-sql-function-unknown = The function “{ $function }” is not offered here.
problem-catalog-sql-ambiguous = More than one table has a column “{ $column }”. Write the name of the table and a dot before it.
problem-catalog-sql-alike = Two parts of the answer have the same name. Give one of them another with AS.
problem-catalog-sql-cast = A value cannot be read as the kind that the question wants. Use TRY_CAST, which leaves such values empty.
problem-catalog-sql-zero = Something is divided by zero. Write NULLIF(…, 0) around what it is divided by.
problem-catalog-sql-types = { $call } does not go with these kinds of values. Text cannot be counted up: turn it into a number with CAST(… AS DOUBLE) first.
problem-catalog-sql-ungrouped = Every column that is shown must stand in GROUP BY or within a function such as sum or count.
problem-catalog-sql-syntax = This is not understood at “{ $near }”. Check what stands just before it.
problem-catalog-sql-unfinished = The question is not finished. Look for a missing word, quote or bracket.
problem-catalog-sql-empty = Write a question that begins with SELECT.
problem-catalog-sql-many = This is more than one question. Ask them one by one.
problem-catalog-sql-only-select = Only questions are answered here. Write one SELECT.
problem-catalog-sql-not-offered = This part of SQL is not offered here. Ask with a plain SELECT over single values.
problem-catalog-sql-long = The question is too long. Ask for less at once.
problem-catalog-sql-deep = The question has too many parts. Name fewer tables, and write a list of values as IN (…).
problem-catalog-sql-hidden = The table has no column that you may see. Ask its data steward.
problem-catalog-sql-busy = Two of your questions are being answered already. Wait for their answers, then ask again.
problem-catalog-sql-pattern = Write the pattern after LIKE and similar words out between quotes, with at most 1,000 letters.
problem-catalog-sql-large = This asks for more at once than is made here. Make texts, lists and groups smaller, or ask for fewer rows.
problem-catalog-sql-unanswerable = This question cannot be answered as it stands. Ask it in another way.
problem-catalog-sql-slow = The answer took more than { $seconds } seconds and was stopped. Ask for fewer rows or columns, or filter first.
problem-catalog-sql-heavy = The answer needed more than { $megabytes } MB of memory and was stopped. Group or filter before sorting or joining.
problem-catalog-sql-enough = You kept very many questions today. Come back tomorrow.
problem-catalog-sql-unknown = There is no kept question “{ $code }”, or it is not for everybody.
