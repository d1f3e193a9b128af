# Kiriman keluar: CSV, OData, GeoJSON.

problem-collect-exports-filter = Penyaring tidak terbaca: { $reason }. Perbaiki di tempat itu.
problem-collect-exports-filter-unsupported = Penyaring memakai sesuatu yang tidak dikerjakan di sini: { $kind } di { $at } (“{ $text }”). Hilangkan itu dan saring hasilnya sendiri.
problem-collect-exports-filter-field = Tidak ada isian “{ $text }” untuk menyaring atau mengurutkan, di { $at }. $metadata formulir memuat daftar isian.
problem-collect-exports-select-unknown = Tidak ada sifat “{ $property }”. $metadata formulir memuat daftarnya.
problem-collect-exports-select-repeat = “{ $property }” ada di dalam ulangan. Mintalah tabel ulangan itu sendiri.
problem-collect-exports-select-expand = $select dan $expand tidak dapat dipakai bersama. Hilangkan salah satunya.
problem-collect-exports-expand = “{ $text }” tidak dapat dibentangkan. Di sini hanya $expand=*.
problem-collect-exports-skiptoken = $skiptoken tidak terbaca. Mulailah lagi dari halaman pertama.
problem-collect-exports-skiptoken-unknown = Yang disebut $skiptoken sudah tidak ada. Mulailah lagi dari halaman pertama.
problem-collect-exports-table-unknown = Tidak ada tabel “{ $table }”. Dokumen layanan formulir memuat daftar tabel.
problem-collect-exports-unsupported = { $feature } tidak dikerjakan di sini. Hilangkan itu.
problem-collect-exports-format = Ini hanya tersedia sebagai { $format }. Mintalah bentuk itu.
problem-collect-exports-one-field = Sebutkan paling banyak satu isian: fieldpath boleh diberikan sekali.
