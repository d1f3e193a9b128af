# Tugas dari kartu penilaian untuk fasilitator.

facilitators-task-next-round = Rencanakan putaran { $n } kartu penilaian { $facility }: sudah waktunya.
