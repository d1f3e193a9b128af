# Paspor satu angka: semua yang menyertainya di satu halaman.

indicators-passport-title = Paspor angka
indicators-passport-open = Paspor angka ini: cara membuatnya, siapa yang menandatangani, dan isinya dahulu
indicators-passport-of = Indikator { $code } · { $place } · { $period }
indicators-passport-live = Angka ini berjalan: ia berubah bersama asal hitungannya. Angka yang hendak dikutip adalah bagian dari sebuah rilis, yang alamatnya selalu menampilkan hal yang sama.
indicators-passport-released = Rilis { $release }, terbuka sejak { $date }, ditandatangani oleh { $who }. Alamat ini akan selalu menampilkan angka ini.
indicators-passport-held = Angka ini tetap seperti saat dihitung pada { $date }: perubahan sejak itu menyangkut terlalu sedikit baris untuk ditampilkan.
indicators-passport-indicator = Indikator ini di wilayah ini
indicators-passport-off-list = Baris yang jawabannya tidak ada dalam daftar
indicators-passport-fewer = kurang dari { $least }
indicators-passport-tables = Tabel asal hitungan
indicators-passport-table = Tabel
indicators-passport-version = Versi
indicators-passport-sheets = Kartu laporan asal penjumlahan
indicators-passport-sheet-office = Diisi untuk
indicators-passport-sheet-edition = Edisi
indicators-passport-sheet-handed-in = Diserahkan
indicators-passport-sheet-signed = Ditandatangani
indicators-passport-sheet-entered-by = Diisi oleh
indicators-passport-sheet-signed-by = Penanda tangan
indicators-passport-sheet-note = Catatan
indicators-passport-line = Baris berkas itu
indicators-passport-text = Bunyi baris itu
indicators-passport-licence = Lisensi
indicators-passport-taken = Diambil
indicators-passport-history = Isi setiap rilis
indicators-passport-elsewhere = Angka yang sama di sumber lain
indicators-passport-source = Sumber
indicators-passport-gap = Selisih
indicators-passport-cite = Cara mengutip angka ini
indicators-passport-citation = { $who }: { $title }, { $place }, { $period }. Rilis { $release }, { $date }. { $address }
indicators-passport-file = Semua angka rilis ini (CSV)
indicators-passport-sha256 = Utuh tidaknya sebuah salinan terlihat dari SHA-256-nya:

problem-indicators-passport-unknown = Indikator { $code } tidak memiliki angka seperti itu untuk wilayah { $place } dan periode { $period } di sini. Halaman indikator menampilkan semua yang ada.
