# Pencarian katalog.

catalog-search-meant = Mungkin maksud Anda:
catalog-search-remove = Hapus
catalog-search-forgiven = Menampilkan hasil untuk
catalog-search-narrow = Persempit hasil ini
catalog-search-all = Semua { $n }
catalog-search-most = { $n } pertama dari { $all }
catalog-search-about = tentang { $place }
catalog-search-covers = mencakup { $place }
catalog-search-order = Urutan:
catalog-search-order-best = paling cocok
catalog-search-order-newest = terbaru
catalog-search-order-title = menurut judul
catalog-search-by-theme = Tema
catalog-search-by-publisher = Penerbit
catalog-search-by-tag = Tag
catalog-search-by-format = Format
catalog-search-by-year = Tahun yang dicakup
catalog-search-by-place = Wilayah
catalog-search-by-level = Tingkat wilayah
catalog-search-by-licence = Lisensi
catalog-search-format-table = Tabel
catalog-search-format-map = Peta (GeoJSON)
problem-search-too-much = Pencarian ini terlalu lama. Pakai kata yang lebih sedikit atau lebih pendek.
