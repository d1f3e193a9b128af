# Indikator menurut pembagian wilayah lainnya: wilayah puskesmas, sektor kepolisian, wilayah sekolah.

indicators-divisions-estimated = { $area } (perkiraan: { $shares })
indicators-divisions-of = Indikator { $code } · { $division }
indicators-divisions-lead = Tidak ada yang dihitung ulang. Angka terbuka dari tempat-tempat yang membentuk wilayah dijumlahkan: kasus dan seluruh yang dihitung, masing-masing tersendiri, baru kemudian dibagi.
indicators-divisions-not-carried = Angka ini diolah dari angka lain, atau dibuat di tempat lain. Tidak ada hitungan yang dapat dipindahkan ke wilayah lain.
indicators-divisions-none = Tidak ada angka dari tempat-tempat yang membentuk wilayah ini, pada periode ini.
indicators-divisions-table = { $division }, { $period }
indicators-divisions-area = Wilayah
indicators-divisions-parts = Yang membentuk { $area }
indicators-divisions-share = Bagian dari tempat
indicators-divisions-numerator = Pembilang
indicators-divisions-denominator = Penyebut
indicators-divisions-basis = Bagian dihitung dari apa
indicators-divisions-source = Siapa yang menetapkan wilayah
indicators-divisions-how = Cara membuatnya
indicators-divisions-how-whole = Hitungan tempat-tempat yang utuh dijumlahkan. Angka ini tepat.
indicators-divisions-how-shares = Setidaknya satu tempat hanya sebagian termasuk wilayah ini. Hitungannya diambil menurut bagian itu, seolah-olah penduduk dan kasus tersebar merata. Angka ini perkiraan, karena itu tanpa selang kepercayaan.
indicators-divisions-how-withheld = Angka satu tempat di dalamnya tidak ditampilkan, atau wilayah ini akan membantu menemukannya. Karena itu wilayah ini juga tidak ditampilkan.
indicators-divisions-how-missing = Setidaknya satu tempat di dalamnya tidak memiliki angka, maka wilayah ini tidak memilikinya.
indicators-divisions-all = Semua wilayah
indicators-divisions-by = Menurut { $division }
