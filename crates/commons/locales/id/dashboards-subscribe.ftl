# Dasbor lewat surel: halaman untuk meminta surat mingguan, dan surat-suratnya.

problem-dashboards-subscribe-link-unknown = Tautan ini bukan dari kami. Buka dari surel sebagaimana tertulis di sana.
problem-dashboards-subscribe-link-old = Tautan ini sudah terlalu lama. Minta lagi suratnya di halaman dasbor.
problem-dashboards-subscribe-no-mail = Instalasi ini tidak mengirim surel.

dashboards-subscribe-title = Surat setiap minggu
dashboards-subscribe-lead = Sekali seminggu kami menulis kepada Anda isi “{ $title }”. Lebih dulu Anda menerima satu surel yang menanyakan apakah Anda menginginkannya.
dashboards-subscribe-no-mail-lead = Instalasi ini tidak mengirim surel. Kembalilah ke dasbor untuk melihat angkanya.
dashboards-subscribe-email = Alamat surel Anda
dashboards-subscribe-email-hint = Kami memakainya hanya untuk surat ini. Setiap surat memuat tautan untuk menghentikannya.
dashboards-subscribe-button = Tanyakan lewat surel
dashboards-subscribe-asked = Periksa surel Anda
dashboards-subscribe-asked-lead = Kami mengirim surel ke alamat ini. Buka tautannya dalam tiga hari.
dashboards-subscribe-confirm-lead = Tekan tombol untuk menerima isi “{ $title }” sekali seminggu.
dashboards-subscribe-confirm = Ya, tulis kepada saya
dashboards-subscribe-begun = Kami akan menulis kepada Anda
dashboards-subscribe-begun-lead = Surat pertama datang dalam satu minggu.
dashboards-subscribe-end-title = Berhenti menerima surat?
dashboards-subscribe-end-lead = Tekan tombol, dan kami tidak lagi menulis kepada Anda tentang dasbor ini.
dashboards-subscribe-end = Jangan tulis lagi
dashboards-subscribe-ended = Tidak ada surat lagi
dashboards-subscribe-ended-lead = Kami tidak lagi menulis kepada Anda tentang dasbor ini.
dashboards-subscribe-back = Ke dasbor
dashboards-subscribe-mail-ask-title = Ingin menerima dasbor ini lewat surel?
dashboards-subscribe-mail-ask = Seseorang menuliskan alamat Anda untuk menerima dasbor “{ $title }” lewat surel setiap minggu. Bila itu Anda, buka tautan ini dan tekan tombolnya: { $link } Bila bukan, abaikan saja.
dashboards-subscribe-mail-end = Berhenti: { $link }
dashboards-subscribe-line = { $title }: { $value } ({ $period })
dashboards-subscribe-line-none = { $title }: belum ada angka
