# Wilayah: nama tingkat, nasib kode lama, dan kesalahan yang mungkin terjadi.

places-level-country = Negara
places-level-province = Provinsi
places-level-regency = Kabupaten/kota
places-level-district = Kecamatan
places-level-village = Desa/kelurahan
places-level-household_group = Kelompok dasawisma
places-level-county = County
places-level-constituency = Daerah pemilihan
places-level-ward = Ward
places-level-division = Divisi
places-level-upazila = Upazila
places-level-union = Union
places-level-municipality = Kotamadya

places-became-recoded = Sejak { $on } kodenya { $to }.
places-became-renamed = Sampai { $on } namanya { $old }.
places-became-split = Pada { $on } sebagian wilayahnya menjadi { $to }.
places-became-merged = Pada { $on } wilayahnya bergabung ke { $to }.
places-became-ended = Berakhir pada { $on }. Daftar wilayah tidak menyebut penerusnya.

problem-places-unknown = Tidak ada wilayah dengan kode { $code }. Carilah dengan nama.
problem-places-nowhere = Tidak ada wilayah pada peta yang memuat posisi { $lat }, { $lon }.
problem-places-position-outside = { $lat }, { $lon } bukan posisi di bumi. Lintang dari −90 sampai 90, bujur dari −180 sampai 180.
problem-places-list-unreadable = Daftar wilayah tidak dapat dibaca: { $why }.
problem-places-level-without-boundaries = Tidak ada wilayah pada tingkat “{ $level }” yang memiliki batas. Impor batas wilayah dahulu, atau periksa nama tingkatnya.
