# Pencarian katalog.

catalog-search-meant = Mungkin maksud Anda:
catalog-search-remove = Hapus
catalog-search-narrow = Persempit
catalog-search-order = Urutan:
catalog-search-order-best = paling cocok
catalog-search-order-newest = terbaru
catalog-search-order-title = menurut judul
catalog-search-by-theme = Tema
catalog-search-by-publisher = Penerbit
catalog-search-by-tag = Tag
catalog-search-by-format = Format
catalog-search-by-year = Tahun yang dicakup
catalog-search-by-level = Tingkat wilayah
catalog-search-by-licence = Lisensi
problem-search-too-much = Pencarian ini terlalu lama. Pakai kata yang lebih sedikit atau lebih pendek.
