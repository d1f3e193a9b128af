# Angka yang diisi dengan tangan: mana yang harus diisi, satu lembar, tanda tangannya, apa yang dikatakan kepada publik.

indicators-entry-title = Angka yang harus diisi
indicators-entry-lead = Yang dihitung kantor Anda di atas kertas dan diisi dengan tangan. Orang lain menandatanganinya; baru setelah itu angkanya terbuka.
indicators-entry-show = Tampilkan
indicators-entry-shown = Yang mana
indicators-entry-show-owed = Belum ditandatangani
indicators-entry-show-all = Semua
indicators-entry-none = Tidak ada yang harus diisi.
indicators-entry-sheet = Angka
indicators-entry-place = Wilayah
indicators-entry-period = Periode
indicators-entry-state = Keadaan
indicators-entry-due-head = Batas waktu
indicators-entry-due = Batas waktu { $date }
indicators-entry-late = Terlambat: batas waktunya { $date }

indicators-entry-state-open = Belum dimulai
indicators-entry-state-draft = Konsep
indicators-entry-state-handed-in = Menunggu tanda tangan
indicators-entry-state-returned = Dikembalikan
indicators-entry-state-signed = Ditandatangani

indicators-entry-caption = Angka { $period }
indicators-entry-returned-why = Lembar ini dikembalikan: { $why }
indicators-entry-correct = Lembar ini sudah ditandatangani dan angkanya berlaku. Bila Anda mengisi angka lain, angka ini tetap terbuka sampai yang baru ditandatangani.
indicators-entry-no-places = Tidak ada wilayah yang punya baris di sini. Tanyakan kepada yang memelihara definisinya.
indicators-entry-how = Tulis bilangan bulat tanpa titik atau koma. Tulis 0 bila tidak ada. Kosongkan baris suatu wilayah bila angkanya tidak Anda ketahui.
indicators-entry-numbers = Angka menurut wilayah
indicators-entry-number = Angka
indicators-entry-blank = kosong
indicators-entry-note = Catatan
indicators-entry-note-hint = Mengapa suatu wilayah tidak ada, atau mengapa suatu angka jauh lebih tinggi atau lebih rendah dari sebelumnya. Catatan ini tidak diterbitkan.
indicators-entry-save = Simpan dan lanjutkan nanti
indicators-entry-hand-in = Serahkan untuk ditandatangani
indicators-entry-changes = Yang diubah koreksi ini
indicators-entry-before = Yang ditandatangani
indicators-entry-now = Sekarang
indicators-entry-decide = Tanda tangani atau kembalikan
indicators-entry-decide-hint = Dengan tanda tangan Anda angkanya berlaku dan menjadi terbuka. Angka tentang sangat sedikit orang ditahan seperti di mana pun.
indicators-entry-sign = Tanda tangani
indicators-entry-why = Yang harus diubah
indicators-entry-return = Kembalikan
indicators-entry-steps = Yang sudah dilakukan
indicators-entry-step-when = Kapan
indicators-entry-step-what = Apa
indicators-entry-step-edition = Edisi
indicators-entry-step-note = Catatan

indicators-entry-by-hand = Diisi dengan tangan oleh { $organisation }, bukan dihitung dari catatan. Terakhir ditandatangani { $date }.
indicators-entry-how-origin = Diisi dengan tangan
indicators-entry-how-sheets = { $signed } dari { $owed } kartu laporan periode ini sudah ditandatangani
indicators-entry-how-corrected = { $n } dikoreksi setelah ditandatangani
indicators-entry-how-waiting = sebelum semuanya, angka ini hanya tentang sebagian

problem-indicators-entry-unknown = Tidak ada lembar seperti itu untuk diisi. Daftar angka yang harus diisi menunjukkan semuanya.
problem-indicators-entry-changed-meanwhile = Lembar ini berubah sejak Anda membukanya. Bukalah lagi, lalu isi yang masih harus diisi.
problem-indicators-entry-not-handed-in = Lembar ini tidak menunggu tanda tangan. Yang mengisinya harus menyerahkannya dulu.
problem-indicators-entry-own = Sebagian angka ini Anda isi sendiri. Orang lain yang harus menandatanganinya.
problem-indicators-entry-whole = Tulis bilangan bulat paling banyak tiga belas angka, tanpa titik, koma, atau kata.
problem-indicators-entry-half = Tulis juga angka ini, atau kosongkan seluruh baris wilayahnya.
problem-indicators-entry-more = Bagian ini lebih besar dari keseluruhannya, angka di sebelahnya. Periksa keduanya lagi.
problem-indicators-entry-blank = Wilayah berikut dibiarkan kosong: { $places }. Isi angkanya, atau katakan mengapa tidak ada.
problem-indicators-entry-jump = Wilayah berikut bergerak jauh lebih dari biasanya: { $places }. Periksa angkanya lagi, atau katakan apa yang terjadi.
