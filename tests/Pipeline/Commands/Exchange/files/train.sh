#!/bin/bash
accelerate launch --num_cpu_threads_per_process 1 sdxl_train_network.py \
  --pretrained_model_name_or_path="models/sd_xl_base_1.0.safetensors" \
  --train_data_dir "my train" --output_name=boat --resolution 1024,1024 \
  --network_module networks.lora --network_dim 8 --network_args "conv_dim=4" "conv_alpha=2" \
  --max_train_epochs 10 --shuffle_caption --caption_prefix 'a, "b"' \
  --text_encoder_lr 5e-5 --max_train_steps 99
