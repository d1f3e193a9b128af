# Angka yang diterbitkan pihak lain, dan perbandingan tempat menurut angka itu.

indicators-outside-from = Diterbitkan pihak lain: { $source }
indicators-outside-number = Indikator { $number }
indicators-outside-own = Penerbit menghitungnya sebagai indikatornya sendiri, { $number }, jadi dapat berbeda dari indikator kerangka.
indicators-outside-compare-this = Bandingkan tempat menurut angka ini
indicators-outside-source = Diterbitkan oleh
indicators-outside-file = Dalam berkas penerbit
indicators-outside-unit = Satuan, seperti ditulis penerbit
indicators-outside-of = Mengenai, dalam kode penerbit

indicators-outside-dim-sex = Jenis kelamin
indicators-outside-dim-age = Umur
indicators-outside-dim-urbanisation = Kota atau desa
indicators-outside-dim-location = Kota atau desa
indicators-outside-dim-activity = Kegiatan ekonomi
indicators-outside-dim-education-lev = Tingkat pendidikan
indicators-outside-dim-income-wealth-quantile = Kelompok seperlima menurut pendapatan
indicators-outside-dim-composite-breakdown = Jenis
indicators-outside-dim-type-of-product = Jenis bahan
indicators-outside-dim-type-of-speed = Kecepatan
indicators-outside-code-sex-f = Perempuan
indicators-outside-code-sex-m = Laki-laki
indicators-outside-code-urbanisation-u = Kota
indicators-outside-code-urbanisation-r = Desa
indicators-outside-code-location-urban = Kota
indicators-outside-code-location-rural = Desa

indicators-outside-compare = Bandingkan tempat
indicators-outside-compare-of = { $title }: perbandingan tempat
indicators-outside-compare-lead = Negara dan tempat berdampingan menurut satu angka. Hanya yang diukur dengan cara sama yang disandingkan; yang tidak, disebut di bawah beserta alasannya.
indicators-outside-places-hint = Kode dipisahkan koma, seperti KEN, NPL. Paling banyak enam yang ditampilkan.
indicators-outside-known = Ada angka untuk: { $places }
indicators-outside-missing = Tidak ada angka untuk: { $places }
indicators-outside-none = Belum ada angka dari pihak lain yang dimasukkan.
indicators-outside-none-such = Tidak ada angka untuk indikator ini. Pilih yang lain.
indicators-outside-latest = Angka terakhir masing-masing
indicators-outside-sources = Siapa yang menyebutnya, dan bagaimana diukur
indicators-outside-counts = Apa yang dihitung
indicators-outside-ours = Pemerintah ini
indicators-outside-scope-unsaid = Penerbit tidak menyebut seberapa dekat dengan definisi global.
indicators-outside-refused = Tidak dibandingkan
indicators-outside-refused-lead = Ini termasuk indikator yang sama, tetapi tidak diukur dengan cara sama. Masing-masing punya halaman sendiri.
indicators-outside-why = Mengapa tidak
indicators-outside-differs-unit = Satuannya lain.
indicators-outside-differs-series = Ini seri lain: yang dihitung berbeda.
indicators-outside-differs-scope = Salah satunya menyimpang dari definisi global.

problem-indicators-outside-area-taken = Wilayah { $code } memakai kode salah satu tempat kita sendiri. Beri sumber itu kode negara lain.
problem-indicators-outside-code-taken = Indikator { $code } sudah ada, dari tempat lain. Masukkan sumber ini dengan kode lain.
problem-indicators-outside-empty = Tidak ada tabel angka di dalamnya. Situs Open SDG punya berkas seperti data/indicator_1-1-1.csv.
problem-indicators-outside-file = Berkas { $file } tidak dapat dibaca: { $reason }
problem-indicators-outside-unknown = Tidak ada berkas yang dimasukkan dari “{ $source }”.
