# Apa yang salah, dan apa yang harus dilakukan.

trouble-title-not-found = Halaman tidak ditemukan
trouble-title-not-allowed = Anda tidak dapat membuka halaman ini
trouble-title-ours = Maaf, terjadi kesalahan
trouble-title-yours = Periksa yang Anda kirim
trouble-go-home = Ke beranda
trouble-reference = Jika Anda meminta bantuan, sebutkan rujukan ini: { $code } { $request }

problem-internal = Terjadi kesalahan di pihak kami. Tidak ada yang hilang. Coba lagi beberapa menit lagi.
problem-busy = Layanan sedang sangat sibuk. Coba lagi sebentar lagi.
problem-storage-full = Cakram layanan penuh, jadi ini tidak dapat disimpan. Yang sudah dikonfirmasi sebelumnya aman. Beri tahu pengelola, lalu kirim lagi.
problem-page-unknown = Tidak ada apa pun di alamat ini. Periksa alamatnya, atau cari dari beranda.
problem-file-gone = Berkas ini sudah tidak ada.
problem-method-not-allowed = Alamat ini tidak menerima permintaan jenis ini. Lihat dokumentasi untuk jenis yang diterima.
problem-request-malformed = Permintaan tidak dapat dibaca. Kembali, periksa formulirnya, lalu kirim lagi.
problem-request-too-large = Kiriman Anda terlalu besar untuk halaman ini. Kirim teks yang lebih pendek, atau berkas yang lebih kecil atau lebih sedikit.
problem-upload-too-large = Berkas lebih besar dari { $most } MB. Perkecil atau bagi berkasnya, lalu kirim lagi.
problem-json-malformed = JSON dalam permintaan tidak dapat dibaca.
problem-dataset-changed-meanwhile = Orang lain sedang mengubah dataset ini. Coba lagi sebentar.
problem-cross-site = Formulir ini dikirim dari situs lain, jadi tidak diterima. Buka halamannya di sini lalu kirim lagi.
problem-sign-in-needed = Masuk untuk membuka halaman ini.
problem-not-allowed = Akun Anda tidak berhak melakukan ini. Hubungi administrator Anda.
problem-token-unknown = Token ini tidak berlaku: mungkin kedaluwarsa atau sudah dicabut. Minta token baru.
problem-job-unknown = Tidak ada pekerjaan gagal dengan nomor ini.
problem-fields = Periksa isian yang ditandai.
problem-role-unknown = “{ $role }” bukan peran. Gunakan citizen, enumerator, facilitator, officer, producer, steward, leader, auditor, atau admin.
problem-role-needs-place = Peran { $role } memerlukan wilayah: tulis { $role }@KODE.
problem-took-too-long = Ini terlalu lama. Coba lagi, atau minta lebih sedikit sekaligus.
problem-too-many-requests = Terlalu banyak permintaan dari alamat Anda. Tunggu sepuluh detik, lalu coba lagi.
problem-role-place-unknown = Tidak ada tempat dengan kode “{ $code }”. Maksud Anda { $nearest } ({ $name })?
problem-role-no-places = Tidak ada tempat dengan kode “{ $code }”, karena daftar tempat belum diimpor. Impor dahulu.
problem-phone-malformed = Isi nomor telepon, misalnya 0812 3456 7890 atau +62 812 3456 7890.
problem-gateway-unknown = Alamat ini untuk gerbang pesan. Minta operator menambahkan alamat Anda ke channel_sources.
problem-typeset-missing = PDF tidak dapat dibuat di sini: program baraza-typeset tidak terpasang di samping baraza. Halaman ini menampilkan isi yang sama; pengelola memasang baraza-typeset di samping baraza, atau menyebutnya dengan BARAZA_TYPESET.
