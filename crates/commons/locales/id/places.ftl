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

places-divisions-title = Pembagian wilayah lainnya
places-divisions-lead = Wilayah kerja puskesmas, sektor kepolisian, dan wilayah sekolah tersusun dari tempat yang sama dengan wilayah administrasi. Sebutkan tempat mana membentuk wilayah mana, maka dasbor dapat ditampilkan menurut wilayah itu.
places-divisions-none = Belum ada pembagian lain.
places-divisions-known = Pembagian
places-divisions-name = Sebutan wilayahnya
places-divisions-name-hint = Misalnya: Puskesmas
places-divisions-code = Kode
places-divisions-code-hint = Dipakai dalam alamat. Huruf kecil, angka, dan tanda hubung: kesehatan.
places-divisions-basis = Bagian dihitung dari apa
places-divisions-basis-hint = Misalnya: Penduduk 2025. Kosongkan bila setiap tempat termasuk utuh dalam satu wilayah.
places-divisions-source = Siapa yang menetapkan, dan dalam surat apa
places-divisions-areas = Wilayah
places-divisions-shares = Tempat yang terbagi
places-divisions-rows = Baris
places-divisions-rows-hint = CSV dengan kolom area, name, place, share, from, dan to. Area dan place wajib ada. Tanpa share berarti seluruh tempat; from hari pertama berlaku, to hari pertama tidak lagi berlaku.
places-divisions-take-in = Masukkan pembagian
places-divisions-forget = Hapus pembagian ini

problem-places-division-unknown = Tidak ada pembagian wilayah dengan kode { $code }.
problem-places-division-area-unknown = Pembagian ini tidak memiliki wilayah dengan kode { $code }.
problem-places-division-title = Isi sebutan wilayahnya.
problem-places-division-unreadable = Baris tidak dapat dibaca: { $why }. Baris pertama harus menyebut kolomnya, di antaranya area dan place.
problem-places-division-rows = Tidak ada baris, atau lebih dari { $most }.
problem-places-division-area = Baris { $line }: “{ $found }” bukan kode wilayah, atau namanya terlalu panjang. Gunakan huruf, angka, titik, tanda hubung, dan garis bawah.
problem-places-division-place = Baris { $line }: tidak ada tempat dengan kode “{ $found }”.
problem-places-division-share = Baris { $line }: “{ $found }” bukan bagian. Tulis angka di atas 0 dan paling banyak 1, atau persentase.
problem-places-division-day = Baris { $line }: “{ $found }” bukan tanggal, atau tidak sesudah tanggal pertama. Tulis tanggal seperti 2026-01-31.
problem-places-division-twice = Baris { $line }: { $found } disebut dua kali dalam wilayah ini pada waktu yang sama.
problem-places-division-nested = Baris { $line }: { $found } terletak di { $above } yang juga disebut. Ia akan terhitung dua kali.
problem-places-division-over = Baris { $line }: bagian dari { $found } berjumlah { $sum }, lebih dari tempat itu sendiri.
