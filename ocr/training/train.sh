#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Trains the OCR model of the machine-readable zone from nothing but drawn lines and Debian's packages
# tesseract-ocr and fonts-ocr-b:   ocr/training/train.sh FOLDER [LINES] [ITERATIONS]
# Writes FOLDER/mrz.traineddata. The model in ocr/data took 14,500 lines of an earlier form of the generator
# and about an hour of one core.
set -euo pipefail
folder=${1:?usage: train.sh FOLDER [LINES] [ITERATIONS]}
lines=${2:-14500}
iterations=${3:-20000}
python=${PYTHON:-python3}
export OMP_THREAD_LIMIT=1
mkdir -p "$folder/model"

"$python" -m ocr.specimens.training "$lines" "$folder/lines"
unicharset_extractor --norm_mode 1 --output_unicharset "$folder/unicharset" "$folder"/lines/*.box >/dev/null 2>&1
echo '#' >"$folder/radical-stroke.txt" # the tool insists on the file; Latin capitals have no radicals
combine_lang_model --input_unicharset "$folder/unicharset" --script_dir "$folder" --output_dir "$folder" \
  --lang mrz --pass_through_recoder >/dev/null 2>&1

while read -r line; do
  tesseract "$line.png" "$line" --psm 13 lstm.train >/dev/null 2>&1
done <"$folder/lines/list.txt"
find "$folder/lines" -name '*.lstmf' | sort >"$folder/lstmf.txt"

size=$(head -n1 "$folder/unicharset") # the output layer has one class a character
train() { # learning rate, iterations, start
  lstmtraining --traineddata "$folder/mrz/mrz.traineddata" --model_output "$folder/model/mrz" \
    --train_listfile "$folder/lstmf.txt" --max_iterations "$2" --learning_rate "$1" "${@:3}" 2>&1 | grep -E 'best|Finished' | tail -n 1 || true
}
train 0.002 "$((iterations / 2))" --net_spec "[1,36,0,1 Ct3,3,16 Mp3,3 Lfys48 Lfx96 Lrx96 Lfx128 O1c$size]"
train 0.0008 "$iterations" --continue_from "$folder/model/mrz_checkpoint"
lstmtraining --stop_training --convert_to_int --continue_from "$folder/model/mrz_checkpoint" \
  --traineddata "$folder/mrz/mrz.traineddata" --model_output "$folder/mrz.traineddata"
