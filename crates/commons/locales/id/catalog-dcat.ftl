# Katalog untuk program dan pembaca umpan.

catalog-dcat-feed = Kabar data ini sebagai umpan Atom
catalog-dcat-rows = Baris semua tabel (CKAN DataStore)
catalog-dcat-version = { $title }: versi { $version }
problem-catalog-dcat-since-malformed = “{ $since }” bukan tanggal atau waktu. Tulis menurut ISO 8601, misalnya 2026-01-31 atau 2026-01-31T08:30:00Z.
problem-catalog-dcat-profile-unknown = Profil “{ $profile }” tidak disediakan. Yang tersedia: { $known }.
problem-catalog-dcat-query-refused = Pencarian ini tidak dapat dijalankan: { $reason }
