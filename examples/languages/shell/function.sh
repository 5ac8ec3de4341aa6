# Counts the vowels of each word. The response is an array of texts, one for each
# record in their order, so each output has the key of its word.
handler() {
    printf '['
    separator=
    records | while IFS= read -r value || [ -n "$value" ]; do
        printf '%s' "$separator"
        { printf '%s' "$value" | base64 -d; printf .; } | count
        separator=,
    done
    printf ']'
}

# records prints the value, in Base64, of each record of the event: a line each,
# empty for a record without value.
records() {
    sed 's/"topic":"/\
&/g' | sed -n '1d; s/.*"value":"\([^"]*\)".*/\1/p; t
s/.*//p'
}

# count reads a word and a full stop, which keeps awk from losing a new line at
# the end of the word, and prints the result as a JSON string.
count() {
    awk '
        BEGIN {
            for (i = 1; i < 32; i++) escape[sprintf("%c", i)] = sprintf("\\u%04x", i)
            escape["\""] = "\\\""
            escape["\\"] = "\\\\"
        }
        {
            if (NR > 1) word = word "\\u000a"
            vowels += gsub(/[aeiouAEIOU]/, "&")
            for (i = 1; i <= length($0); i++) {
                c = substr($0, i, 1)
                word = word (c in escape ? escape[c] : c)
            }
        }
        END {
            word = substr(word, 1, length(word) - 1)
            printf "\"%s: %d vowels\"", word, vowels
        }'
}
