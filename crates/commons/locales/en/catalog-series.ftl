# Series of datasets.

catalog-series-one = Series
catalog-series-all = All series
catalog-series-lead = A series holds together datasets about one subject: one for each year, or one for each place.
catalog-series-nothing = There is no series yet. When an office publishes the same data every year, the years stand together here.
catalog-series-none = In no series
catalog-series-new = A new series
catalog-series-choose = The series of this dataset
catalog-series-title = Its title
catalog-series-title-hint = Without the year or the place, such as “Village budgets”.
catalog-series-description = What its datasets have in common
catalog-series-description-hint = Say too what changed over time: a new definition, other places.
catalog-series-describe = Describe this series
catalog-series-before = Before: { $title }
catalog-series-next = Next: { $title }
problem-series-unknown = There is no series “{ $series }”.
problem-series-title-missing = Give the new series a title.
