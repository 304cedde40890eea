module lambda

go 1.26
