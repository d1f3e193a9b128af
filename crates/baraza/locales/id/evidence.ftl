# Bukti: janji, dan apa yang mengikat catatan satu sama lain.

problem-evidence-promise-missing = Tulis apa yang dijanjikan.
problem-evidence-owner-missing = Sebutkan unit yang menepati janji.
problem-evidence-due-past = Beri tanggal yang tidak sebelum hari janji dibuat.
problem-evidence-why-missing = Tulis apa yang dilakukan, atau mengapa tidak.
problem-evidence-commitment-settled = Janji ini sudah ditepati atau dihentikan.
problem-evidence-commitment-unknown = Tidak ada komitmen dengan kode { $code }.
